// What bounds imports.

import Unpacking

package struct ImportLimits: Hashable, Sendable {
    /// Of one user that are not finished.
    package var jobsPerUser = 4
    /// Kept, with the finished ones.
    package var jobs = 32
    package var filesPerJob = 50_000
    package var bytesPerJob: Int64 = 64 << 30
    /// Of one uploaded file; a larger one is refused by the server before it comes here.
    package var largestFile: Int64 = 8 << 30
    package var unpacking = UnpackingLimits()

    package init() {}
}
