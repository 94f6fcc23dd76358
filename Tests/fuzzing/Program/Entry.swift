// One program for all targets: a fuzzer where it is built as one, else it replays files.

import Foundation
import FuzzTargets

#if FUZZING
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ argumentCount: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
        _ tryOne: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

    private let chosen: any FuzzTarget = {
        guard let name = getenv("JIELI_FUZZ").map({ String(cString: $0) }), let target = FuzzTargets.named(name) else {
            fatalError("JIELI_FUZZ must be one of \(FuzzTargets.names)")
        }
        return target
    }()
#endif

@main
struct Fuzz {
    static func main() throws {
        signal(SIGPIPE, SIG_IGN)
        // What Python cannot write as the node does.
        if let folder = getenv("JIELI_FUZZ_SEEDS").map({ String(cString: $0) }) {
            for (number, seed) in try ReportSeeds.files().enumerated() {
                try seed.write(to: URL(fileURLWithPath: "\(folder)/made-\(number)"))
            }
            return
        }
        #if FUZZING
            var count = CommandLine.argc
            var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
            exit(
                runDriver(&count, &arguments) { bytes, count in
                    chosen.run([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
                    return 0
                })
        #else
            let arguments = CommandLine.arguments.dropFirst()
            guard let name = arguments.first, let target = FuzzTargets.named(name), arguments.count > 1 else {
                print("usage: fuzz \(FuzzTargets.names) FILE…: runs the target over the files; see Tests/fuzzing/run")
                exit(2)
            }
            for file in arguments.dropFirst() {
                target.run([UInt8](try Data(contentsOf: URL(fileURLWithPath: file))))
                print("survived \(file)")
            }
        #endif
    }
}
