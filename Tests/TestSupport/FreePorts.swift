// Ports that nobody uses.

import Foundation
import Observability

/// Ranges below the kernel's own choice, each given once in this process.
package enum FreePorts {
    private static let next = LockedBox(20_000 + Int(getpid() % 200) * 40)

    package struct NoneLeft: Error {}

    /// The first of `count` neighbouring ports on 127.0.0.1, all free now.
    package static func range(of count: Int) throws -> Int {
        for _ in 0..<300 {
            let first = next.withLock { next in
                defer { next = next + count + 40 < 32_000 ? next + count : 20_000 }
                return next
            }
            if (first..<(first + count)).allSatisfy(isFree) { return first }
        }
        throw NoneLeft()
    }

    /// - Returns: a listening socket, to be closed by the caller.
    package static func listen(on port: Int, backlog: Int32 = 1) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = loopback(port)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(descriptor, backlog) == 0 else {
            close(descriptor)
            throw NoneLeft()
        }
        return descriptor
    }

    /// The port that a socket was bound to.
    package static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    package static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        return address
    }

    private static func isFree(_ port: Int) -> Bool {
        guard let descriptor = try? listen(on: port) else { return false }
        close(descriptor)
        return true
    }
}
