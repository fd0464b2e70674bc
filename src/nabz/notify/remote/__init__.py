"""Who carries word out of the house: letters to people, webhooks to programs."""
