// Ending with whoever started us.

import ArgumentParser
import Foundation

/// For programs that start this one: they hold the other end of a pipe that is our standard input. The kernel closes it
/// when they end, however they end.
struct TetherOption: ParsableArguments {
    @Flag(name: .long, help: .hidden)
    var untilInputCloses = false

    func fasten() {
        guard untilInputCloses else { return }
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                kill(getpid(), SIGTERM)
                return
            }
        }
    }
}
