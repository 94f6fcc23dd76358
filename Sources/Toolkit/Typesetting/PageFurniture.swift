// What stands on every page around the text.

/// Watermark, running header, notice and page number.
struct PageFurniture {
    let document: PrintedDocument
    let setter: BlockSetter
    private let notice: TextLayout
    private let watermark: TextLayout?

    init(document: PrintedDocument, setter: BlockSetter) {
        self.document = document
        self.setter = setter
        notice = TextLayout(
            [TextRun(text: document.notice, size: 7.5, colour: .label)], fonts: setter.fonts, width: setter.width - 110)
        watermark = document.watermark.map {
            TextLayout([TextRun(text: $0, size: 110, isBold: true, colour: .watermark)], fonts: setter.fonts)
        }
    }

    /// The text keeps clear of the running header on every page, so that all pages hold the same.
    var top: Double { 58 }
    var bottom: Double { foot - 12 }
    private var foot: Double { Canvas.height - 30 - max(notice.height, 22) }

    func draw(on canvas: Canvas, page: Int, of count: Int) {
        if let watermark { canvas.watermark(watermark) }
        if page > 1 { drawHeader(on: canvas) }
        canvas.rule(from: setter.left, to: setter.left + setter.width, y: foot - 4)
        notice.draw(on: canvas, x: setter.left, y: foot)
        let number = setter.layout(
            [
                TextRun(text: "第 \(page) 页 / 共 \(count) 页", size: 8.5, colour: .label),
                TextRun(text: "\nPage \(page) / \(count)", size: 7, colour: .label),
            ], .right, leading: 1.3)
        number.draw(on: canvas, x: setter.left, y: foot)
    }

    private func drawHeader(on canvas: Canvas) {
        let patient = setter.layout([TextRun(text: document.runningHeader, size: 8.5)])
        let institution = setter.layout(
            [TextRun(text: document.title.institution, size: 8.5, colour: .label)], .right)
        let stacked = patient.naturalWidth + institution.naturalWidth > setter.width - 12 || patient.lines.count > 1
        institution.draw(on: canvas, x: setter.left, y: stacked ? 20 : 34)
        patient.draw(on: canvas, x: setter.left, y: 34)
        canvas.rule(from: setter.left, to: setter.left + setter.width, y: 50)
    }
}
