"""The use cases of the counter: check, deliver, take back, return; in two steps; from paper."""
