"""Our own messages for programs that write prescriptions: plain names, and nothing known only by its place."""
