"""HQS: the appointment middleware between clinics and booking apps (guide MoHIT_HealthQueueSystem_Inquirer 3.1)."""
