// Zip files among what is to be sent.

import Foundation
import Observability
import Unpacking

/// DICOM files of zip files, unpacked into a folder that is gone with this.
final class ZipSource {
    /// In the place of the zip files: folders with their images.
    private(set) var paths: [String] = []
    private let folder: URL
    /// A folder and the zip file that it stands for.
    private var names: [(folder: String, zip: String)] = []

    /// - Throws: `UnpackingError`, and what writing the files met with.
    init(_ given: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "jieli-send-\(UUID().uuidString)")
        for path in given {
            guard Self.isZip(path) else {
                paths.append(path)
                continue
            }
            let place = folder.appending(path: String(names.count))
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            names.append((place.path, path))
            paths.append(place.path)
            try unpack(path, into: place)
        }
    }

    deinit {
        do {
            if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        } catch {
            // It lies in the system's folder for such files.
        }
    }

    /// As the person at the keyboard knows the file.
    func shown(_ path: String) -> String {
        for (folder, zip) in names where path.hasPrefix(folder + "/") { return zip + path.dropFirst(folder.count) }
        return path
    }

    private static func isZip(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let handle = FileHandle(forReadingAtPath: path)
        else { return false }
        defer { handle.closeFile() }
        return ZipReader.isZip(handle.readData(ofLength: 4))
    }

    /// Numbered: names in a zip file are anybody's.
    private func unpack(_ zip: String, into place: URL) throws {
        let reader = try ZipReader(file: zip)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var number = 0
        while let entry = try reader.next() {
            number += 1
            var head = Data()
            while head.count < 132 {
                let count = try reader.read(into: buffer)
                if count == 0 { break }
                head.append(contentsOf: buffer[..<count])
            }
            // Everything else is told of as what it is not.
            let isImage = head.count >= 132 && head.dropFirst(128).prefix(4).elementsEqual("DICM".utf8)
            let last = (entry.name as NSString).lastPathComponent.prefix(60).filter { $0.isLetter || $0.isNumber }
            let file = place.appending(path: "\(number)-\(last)")
            try head.write(to: file)
            guard isImage else { continue }
            let handle = try FileHandle(forWritingTo: file)
            try handle.seekToEnd()
            while true {
                let count = try reader.read(into: buffer)
                if count == 0 { break }
                try handle.write(contentsOf: Data(buffer[..<count]))
            }
            try handle.close()
        }
    }
}
