"""MAXA, the reference of health codings (guide DITAS_MAXAService 1.3): terminologies, versions, codes, maps."""
