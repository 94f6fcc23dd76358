// /api/v1/studies/…/measurements, /api/v1/tasks/…/measurements

import Foundation
import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Vocabulary

struct MeasurementRoutes: Sendable {
    private let web: WebUI
    private var desk: MeasurementDesk { MeasurementDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/studies/:study/measurements", use: ofStudy)
        router.put("/api/v1/tasks/:id/measurements", use: replace)
        router.post("/api/v1/tasks/:id/measurements/store", use: store)
        router.put("/api/v1/tasks/:id/key-images/:instance/:frame/picture", use: keepPicture)
    }

    /// A second reader does not see what the first measured before signing.
    @Sendable private func ofStudy(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let study = try context.pathStudy()
        try await web.checkNotBlind(study, context)
        _ = try await web.story(of: study)
        try await web.noteAccess(.studyViewed, to: study, context)
        return try .json(MeasurementAnswer(try await web.views.measurements(of: study)))
    }

    @Sendable private func replace(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wanted = try await RequestBody.decode(MeasurementRequest.self, from: request)
        guard wanted.measurements.count <= TaskBook.mostMeasurements else {
            throw HTTPProblem.badRequest(
                code: "too_many",
                Sentence("最多 \(TaskBook.mostMeasurements) 个测量", "at most \(TaskBook.mostMeasurements) measurements"))
        }
        let id = try context.pathTask()
        let set = try await desk.set(
            try wanted.measurements.map(Self.checked), over: wanted.revision, of: id, by: person)
        return try .json(MeasurementAnswer(id, set))
    }

    private static func wrong(_ member: String) -> HTTPProblem {
        .badRequest(
            code: "wrong_member", Sentence("请求中的 \(member) 不正确", "\(member) is not what this interface expects"))
    }

    private static let units: Set<String> = [
        "mm", "mm2", "deg", "[hnsf'U]", "1", "{pixels}", "{square_pixels}", "s", "cm/s", "Hz",
    ]

    /// Whatever a page sends ends in DICOM objects: only what they can say.
    private static func checked(_ wanted: MeasurementRequest.Measurement) throws -> ImageMeasurement {
        guard SOPInstanceUID(rawValue: wanted.id) != nil else { throw wrong("id") }
        let points = wanted.points.map(Float.init)
        let isWhole = wanted.kind.pointCount.map { points.count == 2 * $0 } ?? (6...1000 ~= points.count)
        guard isWhole, points.count.isMultiple(of: 2), points.allSatisfy({ $0.isFinite && $0.magnitude < 1e6 }) else {
            throw wrong("points")
        }
        let values = wanted.results ?? []
        guard values.count <= 8, values.allSatisfy({ $0.value.isFinite && units.contains($0.unit) }) else {
            throw wrong("results")
        }
        let area = wanted.area ?? []
        guard area.isEmpty || area.count == 4, area.allSatisfy({ $0.magnitude < 1 << 20 }) else { throw wrong("area") }
        if let window = wanted.window {
            guard window.center.isFinite, window.width.isFinite, window.width > 0 else { throw wrong("window") }
        }
        if let known = wanted.known {
            guard known.isFinite, known > 0, known < 1e6 else { throw wrong("known") }
        }
        return ImageMeasurement(
            id: wanted.id, kind: wanted.kind, series: SeriesInstanceUID(unchecked: "0"),
            instance: wanted.sopInstanceUID, frame: wanted.frame ?? 1, points: points,
            text: try RequestBody.checked(wanted.text ?? "", "text", atMost: 200), known: wanted.known, values: values,
            window: wanted.window, area: wanted.area)
    }

    @Sendable private func store(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let records = try await desk.store(try context.pathTask(), by: person)
        return try .json(
            StoredMeasurementsAnswer(
                instances: records.map {
                    .init(
                        sopClassUID: $0.sopClass, seriesInstanceUID: $0.seriesInstanceUID,
                        sopInstanceUID: $0.sopInstanceUID)
                }))
    }

    // MARK: Pictures

    private struct PictureRequest: Decodable {
        /// Base64.
        var png: String
    }

    @Sendable private func keepPicture(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        guard let instance = context.parameters.get("instance").flatMap(SOPInstanceUID.init(rawValue:)),
            let frame = context.parameters.get("frame").flatMap(Int.init)
        else { throw HTTPProblem.notFound }
        let text = try await RequestBody.decode(PictureRequest.self, from: request).png
        guard let png = Data(base64Encoded: text), PNGSize(png)?.isPrintable == true else { throw Self.wrong("png") }
        try await desk.keep(
            KeyPicture(instance: instance, frame: frame, png: png), of: try context.pathTask(), by: person)
        return Response(status: .noContent)
    }
}

/// What a PNG's header says (RFC 2083 4.1.1), asked before anybody decodes it.
struct PNGSize: Equatable {
    var width: Int
    var height: Int

    init?(_ png: Data) {
        let bytes = [UInt8](png.prefix(24))
        guard bytes.count == 24, bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
            bytes[12..<16] == [0x49, 0x48, 0x44, 0x52]
        else { return nil }
        func number(_ at: Int) -> Int { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        width = number(16)
        height = number(20)
    }

    /// Large enough for half a page, and no more.
    var isPrintable: Bool { (1...1600).contains(width) && (1...1600).contains(height) }
}
