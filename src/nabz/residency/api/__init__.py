"""The official addresses of SIMAD."""
