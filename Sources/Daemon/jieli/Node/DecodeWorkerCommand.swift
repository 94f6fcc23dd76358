// What a node starts beside itself to decode images.

import ArgumentParser
import DICOM

struct DecodeWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode-worker", abstract: "Decode images for the node that started this; not for people.",
        shouldDisplay: false)

    func run() throws { try DecodeWorker.run() }
}
