"""Device profiles: loading, faults, options, and the contract every profile keeps."""
