"""The messages of the guide MoHIT_HealthQueueSystem_Inquirer 3.1 and of the slot-giving side, letter for letter."""
