// Are the ports free?

import Glibc
import Vocabulary

enum PortProbe {
    /// - Throws: `DemoError.portInUse` naming the first port that somebody else listens on.
    static func check(_ network: DemoNetwork) throws {
        for node in network.nodes {
            for port in node.ports {
                guard let number = listenFailure(port) else { continue }
                let why =
                    number == EADDRINUSE ? "is in use" : "cannot be opened (\(String(cString: strerror(number))))"
                throw DemoError(
                    code: .portInUse,
                    message:
                        "port \(port) on \(DemoNetwork.host), wanted for \(node.name), \(why); end what uses it or "
                        + "choose other ports with --base-port (端口 \(port) 被占用)")
            }
        }
    }

    /// The system's error number when the port cannot be listened on.
    private static func listenFailure(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // As the nodes do: a port on which only finished connections linger is free.
        var reuse: Int32 = 1
        guard
            setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size)) == 0
        else { return errno }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        inet_pton(AF_INET, DemoNetwork.host, &address.sin_addr)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(descriptor, 1) == 0 else { return errno }
        return nil
    }
}
