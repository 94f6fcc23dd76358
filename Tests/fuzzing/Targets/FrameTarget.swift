// The pixels of a file: every codec, through the reader that the viewer uses.

import DICOM
import Foundation
import Vocabulary

struct FrameTarget: FuzzTarget {
    /// Bytes of pixels that a file may claim: enough for a codec to go wrong, not for a fuzzer to wait for.
    private let limit = 8 << 20

    func run(_ input: [UInt8]) {
        let file = MemoryFile(input)
        expecting {
            let reader = try FrameReader(file: file.path, limit: limit)
            for index in 0..<min(2, reader.attributes.numberOfFrames) {
                expecting { check(try reader.frame(index)) }
                expecting { _ = try reader.rendered(frame: index, maximumWidth: 64, maximumHeight: 64) }
            }
        }
    }

    private func check(_ frame: Frame) {
        let samples = frame.rows * frame.columns * frame.samplesPerPixel
        guard frame.pixels.count == samples * frame.bitsAllocated / 8 else {
            broken("\(frame.pixels.count) bytes for \(frame.columns) x \(frame.rows) x \(frame.samplesPerPixel)")
        }
    }
}
