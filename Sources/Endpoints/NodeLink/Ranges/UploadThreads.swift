// Disk work of uploads, off the cooperative pool.

import NIOPosix

/// Lives as long as the process: never shut down.
enum UploadThreads {
    /// Ranges: short writes and flushes.
    static let ranges = pool(of: 4)
    /// Whole instances, hashed and taken in: seconds each.
    static let wholes = pool(of: 2)

    private static func pool(of count: Int) -> NIOThreadPool {
        let pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
        return pool
    }
}
