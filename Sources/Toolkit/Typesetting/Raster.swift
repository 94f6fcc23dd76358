// Pictures for the page.

import CPango
import Foundation

/// A PNG, opened and laid on white: an opaque picture needs no soft mask, which PDF/A-1 forbids.
final class Raster {
    let surface: OpaquePointer
    let width: Int
    let height: Int

    private struct Remainder { var bytes: Data }

    init(png: Data) throws {
        var remainder = Remainder(bytes: png)
        let source: OpaquePointer? = withUnsafeMutablePointer(to: &remainder) { remainder in
            cairo_image_surface_create_from_png_stream(
                { remainder, target, count in
                    guard let remainder = remainder?.assumingMemoryBound(to: Remainder.self), let target,
                        remainder.pointee.bytes.count >= Int(count)
                    else { return CAIRO_STATUS_READ_ERROR }
                    remainder.pointee.bytes.prefix(Int(count)).copyBytes(to: target, count: Int(count))
                    remainder.pointee.bytes = remainder.pointee.bytes.dropFirst(Int(count))
                    return CAIRO_STATUS_SUCCESS
                }, remainder)
        }
        defer { cairo_surface_destroy(source) }
        width = Int(cairo_image_surface_get_width(source))
        height = Int(cairo_image_surface_get_height(source))
        guard let source, cairo_surface_status(source) == CAIRO_STATUS_SUCCESS, width > 0, height > 0 else {
            throw TypesettingError(code: .badPicture, message: "a picture for the report is not a readable PNG")
        }
        surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
        let context = cairo_create(surface)
        defer { cairo_destroy(context) }
        cairo_set_source_rgb(context, 1, 1, 1)
        cairo_paint(context)
        cairo_set_source_surface(context, source, 0, 0)
        cairo_paint(context)
        guard cairo_status(context) == CAIRO_STATUS_SUCCESS else {
            throw TypesettingError(code: .badPicture, message: "a picture for the report is too large to print")
        }
    }

    deinit { cairo_surface_destroy(surface) }
}

extension PrintedPicture {
    /// Whether it can be opened. No report is kept back for a picture that somebody sent broken.
    package var isReadable: Bool {
        do {
            _ = try Raster(png: png)
            return true
        } catch {
            return false
        }
    }
}
