"""Word to people: mail, text messages and one-time codes, fed by the outbox. The rules are the house's own."""
