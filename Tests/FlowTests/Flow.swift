import Testing

/// Everything that runs several nodes, one after the other: two cores carry one network well.
@Suite("Several nodes", .serialized)
struct Flow {}
