import Foundation
import Testing
import Typesetting

/// A grey ramp, 256 by 128, whose left quarter is half transparent.
enum TestPicture {
    static func printed() throws -> PrintedPicture {
        let url = try #require(Bundle.module.url(forResource: "ramp", withExtension: "png", subdirectory: "Resources"))
        return PrintedPicture(png: try Data(contentsOf: url), caption: "图 1  关键图像")
    }
}
