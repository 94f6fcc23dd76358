// Where a password comes from.

import ArgumentParser
import Foundation
import Identity

/// Asked twice on a terminal, without echo; otherwise the first line of standard input. Never an argument: other users
/// of the machine see those.
struct PasswordOptions: ParsableArguments {
    @Flag(name: .long, help: "Make a password up and print it, instead of asking for one.")
    var generatePassword = false

    /// - Returns: the hash, and the password if it was made up.
    func hash(for name: String) throws -> (PasswordHash, generated: String?) {
        let password = generatePassword ? Self.generated() : try Self.asked()
        try PasswordHash.checkStrength(password, userName: name)
        return (try PasswordHash(of: password), generatePassword ? password : nil)
    }

    private static func asked() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw Failure.usage("no password came on standard input; give one line, or use --generate-password")
            }
            return line
        }
        let first = try prompt("password 密码: ")
        guard try prompt("again 再输一次: ") == first else { throw Failure.usage("the two passwords differ 两次输入不同") }
        return first
    }

    private static func prompt(_ text: String) throws -> String {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw Failure.usage("this terminal takes no password") }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        FileHandle.standardError.write(Data(text.utf8))
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        let line = readLine(strippingNewline: true)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        FileHandle.standardError.write(Data("\n".utf8))
        guard let line else { throw Failure.usage("no password was given") }
        return line
    }

    private static func generated() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<16).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }
}
