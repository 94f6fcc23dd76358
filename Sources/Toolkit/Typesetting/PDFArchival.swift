// From what cairo writes to PDF/A-1b (ISO 19005-1).

import Foundation

/// Takes out what the standard forbids, puts in what it demands, and refuses what it can't mend.
struct PDFArchival {
    let information: PrintedInformation

    func archivable(_ drawn: Data) throws -> Data {
        var file = try PDFFile(parsing: drawn)
        for (number, object) in file.objects.sorted(by: { $0.key < $1.key }) {
            file.objects[number] = try mended(object)
        }
        for (number, object) in file.objects.sorted(by: { $0.key < $1.key }) {
            try addCIDSet(for: object.value, number: number, to: &file)
        }
        let information = addCatalog(to: &file)
        return PDFWriter.data(of: file, information: information)
    }

    /// 6.4: no transparency groups and no soft masks; 6.2.4: no interpolation; 6.3: no font without an outline program.
    private func mended(_ object: PDFObject) throws -> PDFObject {
        var object = object
        let type = object.value["Type"]?.asName
        let subtype = object.value["Subtype"]?.asName
        if type == "Page" || subtype == "Form" { object.value["Group"] = nil }
        if subtype == "Image" {
            object.value["Interpolate"] = nil
            guard object.value["SMask"] == nil else { throw refusal("a picture with transparent parts") }
        }
        if type == "Font", subtype == "Type3" { throw refusal("a font without outlines") }
        if subtype == "CIDFontType2", object.value["CIDToGIDMap"] == nil {
            object.value["CIDToGIDMap"] = .name("Identity")
        }
        return object
    }

    /// 6.3.5: a subset names the glyphs it holds. cairo numbers them from 0 and gives each a width.
    private func addCIDSet(for font: PDFValue, number: Int, to file: inout PDFFile) throws {
        guard let subtype = font["Subtype"]?.asName, ["CIDFontType0", "CIDFontType2"].contains(subtype) else { return }
        guard let descriptor = font["FontDescriptor"]?.asReference, let widths = font["W"]?.asArray, widths.count == 2,
            widths[0].asInteger == 0, let count = widths[1].asArray?.count
        else { throw refusal("a font whose glyphs cannot be counted") }
        var bits = Data(repeating: 0xFF, count: count / 8)
        if count % 8 > 0 { bits.append(UInt8(truncatingIfNeeded: 0xFF00 >> (count % 8))) }
        let set = file.add(PDFObject(.dictionary(["Length": .integer(bits.count)]), stream: bits))
        file.objects[descriptor]?.value["CIDSet"] = .reference(set)
    }

    /// 6.2.2 and 6.7: the output intent and metadata; the information dictionary says the same in its own way.
    private func addCatalog(to file: inout PDFFile) -> Int {
        let profile = SRGBProfile.data
        let profileNumber = file.add(
            PDFObject(.dictionary(["N": .integer(3), "Length": .integer(profile.count)]), stream: profile))
        let metadata = XMPMetadata(information: information)
        let packet = Data(metadata.packet.utf8)
        let metadataNumber = file.add(
            PDFObject(
                .dictionary([
                    "Type": .name("Metadata"), "Subtype": .name("XML"), "Length": .integer(packet.count),
                ]), stream: packet))
        let intent = PDFValue.dictionary([
            "Type": .name("OutputIntent"), "S": .name("GTS_PDFA1"), "OutputConditionIdentifier": .ascii("sRGB"),
            "Info": .ascii("sRGB IEC61966-2.1"), "DestOutputProfile": .reference(profileNumber),
        ])
        file.objects[file.root]?.value["Metadata"] = .reference(metadataNumber)
        file.objects[file.root]?.value["OutputIntents"] = .array([intent])
        file.objects[file.root]?.value["Lang"] = .ascii(information.language)
        file.objects[file.root]?.value["ViewerPreferences"] = .dictionary(["DisplayDocTitle": .boolean(true)])
        return file.add(
            PDFObject(
                .dictionary([
                    "Title": .text(information.title), "Author": .text(information.author),
                    "Producer": .ascii(XMPMetadata.producer), "CreationDate": .ascii(metadata.pdfDate),
                ])))
    }

    private func refusal(_ what: String) -> TypesettingError {
        TypesettingError(code: .notArchivable, message: "the document cannot be archived: cairo wrote \(what)")
    }
}
