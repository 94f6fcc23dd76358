// The committed test images.

import DICOM
import Foundation
import Vocabulary

/// Writes the folder `TestImages` and its manifest. Running it again writes the same bytes.
package enum TestImages {
    /// The files of one folder and what they are there for.
    private typealias Entry = (file: TestFile, purpose: String)

    package static func write(to directory: String) throws {
        var entries: [Entry] = []
        let chest = TestStudy(
            seed: "chest", patient: .chinese, encoding: .gb18030, accessionNumber: "CT0001", description: "胸部CT平扫")
        entries += try chest.ct(slices: 40, size: 256, series: 1, in: directory + "/ct-chest/series-1").map {
            ($0, "40 slices, two series in one study, GB18030")
        }
        entries += try chest.ct(
            slices: 24, size: 192, series: 2, description: "肺窗 10mm", in: directory + "/ct-chest/series-2"
        ).map { ($0, "24 slices, two series in one study, GB18030") }

        let film = TestStudy(
            seed: "film", patient: TestPatient(name: "TEST^YI=测试^乙", id: "T0003", birthDate: "19550505", sex: "M"),
            accessionNumber: "DX0001", date: "20260106")
        entries.append(
            (try film.radiograph(size: 1024, isMonochrome1: true, in: directory + "/dx-chest"), "MONOCHROME1, UTF-8"))
        entries.append(
            (try film.radiograph(size: 1024, instance: 2, in: directory + "/dx-chest"), "MONOCHROME2, UTF-8"))

        let heart = TestStudy(
            seed: "heart", patient: TestPatient(name: "测试^丙", id: "T0004", birthDate: "19800808", sex: "F"),
            encoding: .gbkDeclaredLatin1, accessionNumber: "US0001", date: "20260107")
        entries.append(
            (
                try heart.ultrasound(frames: 12, width: 200, height: 150, in: directory + "/us-heart"),
                "RGB, 12 frames, GBK mislabelled as ISO_IR 100"
            ))

        let head = TestStudy(
            seed: "head", patient: TestPatient(name: "TEST^DING=测试^丁", id: "T0005", birthDate: "19901010", sex: "M"),
            encoding: .iso2022, accessionNumber: "MR0001", date: "20260108")
        entries += try head.mr(slices: 8, size: 128, in: directory + "/mr-head").map { ($0, "ISO 2022 IR 58") }

        let syntaxes = TestStudy(seed: "syntaxes", accessionNumber: "OT0001", date: "20260109")
        entries += try syntaxes.syntaxes(in: directory + "/transfer-syntaxes").map { sample, file in
            (
                file,
                sample.transferSyntax.name + (sample.isColor ? ", colour" : ", 12 bits")
                    + (sample.isLossy ? ", lossy" : "")
            )
        }
        let undeclared = TestStudy(
            seed: "undeclared", patient: TestPatient(name: "测试^戊", id: "T0006"), encoding: .gbkUndeclared,
            accessionNumber: "CR0001", date: "20260110")
        entries.append(
            (try undeclared.radiograph(size: 128, in: directory + "/gbk-undeclared"), "GBK without any declaration"))
        entries += try TextSample.all.map { sample in
            (try sample.write(in: directory + "/text"), "text: " + sample.purpose)
        }
        try writeManifest(entries, in: directory)
    }

    private static func writeManifest(_ entries: [Entry], in directory: String) throws {
        var lines = ["file\tstudy\tsop_class\ttransfer_syntax\texercises"]
        for (file, purpose) in entries {
            let header = try InstanceHeader.read(file: file.path)
            let name = file.path.dropFirst(directory.count + 1)
            lines.append(
                "\(name)\t\(file.studyInstanceUID)\t\(file.sopClass)\t\(header.transferSyntax)\t\(purpose)")
        }
        let text = lines.joined(separator: "\n") + "\n"
        try text.write(toFile: directory + "/MANIFEST.tsv", atomically: true, encoding: .utf8)
    }
}
