// What is asked of the kernel for a connection to a parent.

import Foundation
import NIOCore

enum DialedSocket {
    /// A peer that confirms nothing for so long is gone, in milliseconds; TCP itself would wait a quarter of an hour.
    private static let silence = 15_000
    /// What lies unsent in the kernel goes before whatever is more urgent, in bytes.
    private static let unsent = 65_536

    /// Probes an idle connection, and gives one up whose bytes nobody confirms.
    static func watch(_ channel: any Channel) -> EventLoopFuture<Void> {
        let options: [(NIOBSDSocket.OptionLevel, NIOBSDSocket.Option, ChannelOptions.Types.SocketOption.Value)] = [
            (.socket, .so_keepalive, 1),
            (.tcp, NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE), 5),
            (.tcp, NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL), 5),
            (.tcp, NIOBSDSocket.Option(rawValue: TCP_KEEPCNT), 2),
            (.tcp, NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT), silence),
            (.tcp, NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT), unsent),
        ]
        return EventLoopFuture.andAllSucceed(
            options.map { channel.setOption(ChannelOptions.Types.SocketOption(level: $0.0, name: $0.1), value: $0.2) },
            on: channel.eventLoop)
    }

    /// Asks for a congestion control; a kernel that hasn't it keeps its own.
    static func prefer(_ congestionControl: String?, for channel: any Channel) -> EventLoopFuture<Void> {
        guard let congestionControl, let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        // The kernel takes up to 16 bytes, ended by a zero.
        var name: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &name) { $0.copyBytes(from: congestionControl.utf8.prefix(15)) }
        return socket.unsafeSetSocketOption(
            level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_CONGESTION), value: name
        ).flatMapErrorThrowing { _ in }
    }
}
