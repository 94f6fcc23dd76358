// Which fonts documents are set in.

import CPango

/// A font map of one's own: outline fonts only, found anew for each document, shared with no other thread.
///
/// Colour, bitmap and variable fonts are left out: cairo would embed them as pictures (Type 3), which no archive takes.
final class FontCatalogue {
    /// Simplified Chinese with Latin, Greek and Cyrillic; for what it lacks, fontconfig chooses among the others.
    static let family = "Noto Sans CJK SC"
    /// For ASCII, if it is there. cairo 1.16 embeds every outline's parts (900 kB) as soon as one subset of the Chinese
    /// font holds both Latin letters and Chinese characters.
    static let latinFamily = "Noto Sans"

    private let configuration: OpaquePointer
    private let map: UnsafeMutablePointer<PangoFontMap>
    let context: OpaquePointer

    init() throws {
        guard let configuration = FcInitLoadConfig() else {
            throw TypesettingError(
                code: .missingFonts, message: "fontconfig cannot read its configuration; install the package fontconfig"
            )
        }
        let accepted = FcConfigParseAndLoadFromMemory(configuration, Self.outlinesOnly, FcBool(1))
        guard accepted != 0, FcConfigBuildFonts(configuration) != 0,
            let map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT)
        else {
            FcConfigDestroy(configuration)
            throw TypesettingError(
                code: .missingFonts, message: "fontconfig found no fonts; install the package fonts-noto-cjk")
        }
        self.configuration = configuration
        self.map = map
        pango_fc_font_map_set_config(OpaquePointer(map), configuration)
        // A point is a point; the default is a screen's 96 dots an inch.
        pango_cairo_font_map_set_resolution(OpaquePointer(map), 72)
        context = pango_font_map_create_context(map)
        pango_context_set_language(context, pango_language_from_string("zh-cn"))
        try requireChinese()
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(map)
        FcConfigDestroy(configuration)
    }

    /// Asks for the family and looks at what came back: fontconfig always finds something.
    private func requireChinese() throws {
        let wanted = pango_font_description_new()
        defer { pango_font_description_free(wanted) }
        pango_font_description_set_family(wanted, Self.family)
        if let font = pango_context_load_font(context, wanted) {
            defer { g_object_unref(font) }
            let found = pango_font_describe(font)
            defer { pango_font_description_free(found) }
            if let name = pango_font_description_get_family(found), String(cString: name) == Self.family { return }
        }
        throw TypesettingError(
            code: .missingFonts,
            message: "the font \(Self.family) is not installed, so reports cannot be printed; "
                + "install the package fonts-noto-cjk and release the report again")
    }

    private static let outlinesOnly = """
        <?xml version="1.0"?>
        <!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
        <fontconfig><selectfont><rejectfont>
        <pattern><patelt name="color"><bool>true</bool></patelt></pattern>
        <pattern><patelt name="scalable"><bool>false</bool></patelt></pattern>
        <pattern><patelt name="variable"><bool>true</bool></patelt></pattern>
        </rejectfont></selectfont></fontconfig>
        """
}
