"""Who may call: organisations, people, client systems with a secret per data set, tokens, sessions, roles.

Follows the DITAS guide (MAXA 1.3, section 2) for tokens; the rest is the house's own.
"""
