// swift run generate-test-images DIRECTORY: writes the committed test images.

import Foundation
import TestImageGenerator

guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: generate-test-images DIRECTORY\n".utf8))
    exit(2)
}
do {
    let directory = URL(fileURLWithPath: CommandLine.arguments[1]).path
    try TestImages.write(to: directory)
} catch {
    FileHandle.standardError.write(Data("the test images cannot be written: \(error)\n".utf8))
    exit(1)
}
