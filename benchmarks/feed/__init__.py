"""Drivers of the benchmarks: devices without wires, found like any other driver."""
