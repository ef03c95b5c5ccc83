"""The pure core: values in, a decision out. No framework, no clock, no chance, no IO."""
