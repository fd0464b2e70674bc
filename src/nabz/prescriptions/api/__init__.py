"""The addresses of Tamin, in its three generations, and our own."""
