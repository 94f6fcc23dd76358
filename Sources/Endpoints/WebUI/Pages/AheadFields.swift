// What the viewer would ask for first.

import Archive
import Foundation
import HTTPService
import Vocabulary

/// A study's series, in the page itself, in the words of QIDO-RS; and the instance whose picture comes first. Over a line of 60 ms
/// each question that a page needs not ask is a tenth of the second in which the first picture should stand there.
struct AheadFields: Encodable {
    struct First: Encodable {
        var series: String
        var instance: String
    }

    private struct Element: Encodable {
        var vr: String
        var text: String?
        var number: Int?

        private enum CodingKeys: String, CodingKey {
            case vr
            case value = "Value"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(vr, forKey: .vr)
            if let text { try container.encode([text], forKey: .value) }
            if let number { try container.encode([number], forKey: .value) }
        }
    }

    private let study: String
    private let series: [[String: Element]]
    private let first: First?

    /// Sorted as the viewer sorts them, so that its first is ours.
    init(study: StudyInstanceUID, series: [SeriesRecord], firstInstance: InstanceRecord?) {
        self.study = study.rawValue
        self.series = series.map { each in
            [
                "0020000E": Element(vr: "UI", text: each.seriesInstanceUID.rawValue),
                "00080060": Element(vr: "CS", text: each.modality),
                "00200011": Element(vr: "IS", number: each.seriesNumber),
                "0008103E": Element(vr: "LO", text: each.seriesDescription),
                "00180015": Element(vr: "CS", text: each.bodyPart),
                "00200060": Element(vr: "CS", text: each.laterality),
                "00181030": Element(vr: "LO", text: each.protocolName),
                "00201209": Element(vr: "IS", number: each.shownInstanceCount),
            ]
        }
        first = firstInstance.map {
            First(series: $0.seriesInstanceUID.rawValue, instance: $0.sopInstanceUID.rawValue)
        }
    }

    /// Where a small picture of the first image is: it stands in the page before any script has come.
    var firstLook: String? {
        first.map {
            "/dicom-web/studies/\(study)/series/\($0.series)/instances/\($0.instance)/frames/1/rendered?viewport=448,448&quality=60"
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private static let documents = ["SR", "DOC", "KO", "PR"]

    /// `compareSeries` in `viewer/series-order.js` sorts likewise.
    static func firstOfImages(_ series: [SeriesRecord]) -> SeriesRecord? {
        series.filter { !documents.contains($0.modality ?? "") }.min {
            ($0.seriesNumber ?? .max, $0.seriesInstanceUID.rawValue) < (
                $1.seriesNumber ?? .max, $1.seriesInstanceUID.rawValue
            )
        }
    }
}

extension WebUI {
    /// For the head of a page that shows a study's images.
    ///
    /// - Parameter isBlind: for somebody who reads the study a second time and is not told what was made of it.
    func ahead(of study: StudyInstanceUID, isBlind: Bool) async throws -> AheadFields {
        let (series, first) = try await flow.database.read { [catalogue = flow.catalogue] in
            var query = InstanceQuery()
            query.series.study.studies = [study]
            query.series.limit = StudyQuery.largestPage
            // Those that a search would give: what was rejected is hidden, what was merged is shown here.
            let series = try catalogue.series(matching: query.series, in: $0).map(\.series).filter {
                !(isBlind && $0.isNetworkMade)
            }
            query.limit = 1
            guard let first = AheadFields.firstOfImages(series) else { return (series, InstanceRecord?.none) }
            query.series.series = [first.seriesInstanceUID]
            return (series, try catalogue.instances(matching: query, in: $0).first?.instance)
        }
        let isHere = first.map { $0.isImage && $0.fileState == .here } ?? false
        return AheadFields(study: study, series: series, firstInstance: isHere ? first : nil)
    }
}
