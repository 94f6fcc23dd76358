// A listening TCP socket.

import Glibc

/// Accepts connections until its wake descriptor becomes readable.
final class ListeningSocket: Sendable {
    struct Connection: Sendable {
        var descriptor: Int32
        var address: String
        var port: Int
    }

    private let descriptor: Int32
    let port: Int

    init(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw DICOMError(
                code: .hostNotFound,
                message: "'\(host)' is no address to listen at: give a literal one, such as 0.0.0.0 or 127.0.0.1")
        }
        defer { freeaddrinfo(found) }
        let opened = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard opened >= 0 else { throw DICOMError(errno: errno, doing: "opening a listening socket") }
        do {
            var one: Int32 = 1
            setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
            guard bind(opened, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
                listen(opened, Int32(SOMAXCONN)) == 0
            else {
                throw Self.failure(errno, host: host, port: port)
            }
            _ = fcntl(opened, F_SETFL, O_NONBLOCK)
            var bound = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let named = withUnsafeMutablePointer(to: &bound) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(opened, $0, &length) }
            }
            guard named == 0 else { throw DICOMError(errno: errno, doing: "opening a listening socket") }
            self.port = Self.name(of: &bound, length: length).port
            descriptor = opened
        } catch {
            close(opened)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func failure(_ code: Int32, host: String, port: Int) -> DICOMError {
        switch code {
        case EADDRINUSE:
            DICOMError(
                code: .portInUse,
                message: "port \(port) at \(host) is in use by another program: stop that one, or choose another port")
        case EACCES:
            DICOMError(
                code: .portInUse, message: "port \(port) needs a privilege: choose one above 1023, or grant it")
        case EADDRNOTAVAIL:
            DICOMError(code: .hostNotFound, message: "\(host) is not an address of this machine")
        default:
            DICOMError(errno: code, doing: "listening at \(host):\(port)")
        }
    }

    /// The next connection; `nil` once `wake` was signalled. `between` is called before each wait, and again after the
    /// milliseconds that it returns; a negative number waits for as long as it takes.
    func accept(wake: WakeDescriptor, between: () -> Int32 = { -1 }) -> Connection? {
        while true {
            var descriptors = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, between()) > 0 else { continue }
            if descriptors[1].revents != 0 { return nil }
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.accept(descriptor, $0, &length)
                }
            }
            if accepted >= 0 {
                let name = Self.name(of: &peer, length: length)
                return Connection(descriptor: accepted, address: name.address, port: name.port)
            }
            if errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS {
                // The connection stays in the kernel's queue: wait for descriptors to come free, or for the end.
                var wait = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&wait, 1, 100) > 0 { return nil }
            }
        }
    }

    private static func name(of address: inout sockaddr_storage, length: socklen_t) -> (address: String, port: Int) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo(
                    $0, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        guard status == 0 else { return ("unknown", 0) }
        func text(_ characters: [CChar]) -> String {
            String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return (text(host), Int(text(service)) ?? 0)
    }
}
