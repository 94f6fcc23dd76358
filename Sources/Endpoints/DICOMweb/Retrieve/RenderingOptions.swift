// How a picture is to look (PS3.18 8.3.5).

import DICOM
import HTTPService

/// From the query of a request for a rendered resource.
struct RenderingOptions: Hashable, Sendable {
    var window = DisplayWindow.ofImage
    var width: Int?
    var height: Int?
    var quality: Int

    private static let largestSide = 8192

    /// - Throws: 400.
    init(_ items: QueryItems, defaultSide: Int? = nil) throws {
        quality = try items.integer("quality", in: 1...100) ?? 90
        (width, height) = (defaultSide, defaultSide)
        if let text = items.first("viewport") {
            // A part of the image (four more numbers) is cut out by the client.
            let sides = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard sides.count == 2, sides.allSatisfy({ (1...Self.largestSide).contains($0) }) else {
                throw HTTPProblem.badParameter(
                    "viewport",
                    Sentence(
                        "viewport 应为“宽,高”，1 到 \(Self.largestSide)",
                        "viewport must be width,height, each from 1 to \(Self.largestSide)"))
            }
            (width, height) = (sides[0], sides[1])
        }
        if let text = items.first("window") { window = try Self.window(text) }
    }

    private static func window(_ text: String) throws -> DisplayWindow {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let function = parts.count == 3 ? parts[2].lowercased() : "linear"
        guard (2...3).contains(parts.count), let center = Double(parts[0]), let width = Double(parts[1]),
            center.isFinite, width.isFinite, width >= (function == "linear" ? 1 : 0.001)
        else {
            throw HTTPProblem.badParameter(
                "window",
                Sentence("window 应为“窗位,窗宽,linear”", "window must be center,width,function with a width of at least 1"))
        }
        switch function {
        case "linear": return .given(center: center, width: width)
        // PS3.3 C.11.2.1.3.2, in terms of LINEAR.
        case "linear-exact": return .given(center: center + 0.5, width: width + 1)
        default:
            throw HTTPProblem.badParameter(
                "window",
                Sentence("窗函数只支持 linear 与 linear-exact", "the window's function must be linear or linear-exact"))
        }
    }

    func format(_ mediaType: String) -> PictureFormat {
        mediaType == PictureFormat.png.mediaType ? .png : .jpeg(quality: quality)
    }
}
