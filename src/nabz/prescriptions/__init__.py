"""Prescriptions (Tamin): writing, entitlement, pharmacy and paraclinic deliveries, after the SSO's API guide."""
