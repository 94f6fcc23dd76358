// Drawing phantoms: ellipses in a plane of whole numbers.

struct Ellipse {
    /// Centre and half axes in parts of the picture's side.
    var x: Double
    var y: Double
    var halfWidth: Double
    var halfHeight: Double
    var value: Int
}

struct Canvas {
    let width: Int
    let height: Int
    var pixels: [Int16]

    init(width: Int, height: Int, value: Int) {
        self.width = width
        self.height = height
        pixels = [Int16](repeating: Int16(clamping: value), count: width * height)
    }

    mutating func fill(_ ellipse: Ellipse) {
        let centerX = ellipse.x * Double(width)
        let centerY = ellipse.y * Double(height)
        let halfWidth = ellipse.halfWidth * Double(width)
        let halfHeight = ellipse.halfHeight * Double(height)
        guard halfWidth > 0.3, halfHeight > 0.3 else { return }
        let value = Int16(clamping: ellipse.value)
        let first = max(0, Int(centerY - halfHeight))
        let last = min(height - 1, Int(centerY + halfHeight))
        guard first <= last else { return }
        for row in first...last {
            let distance = (Double(row) + 0.5 - centerY) / halfHeight
            let reach = 1 - distance * distance
            guard reach > 0 else { continue }
            let half = halfWidth * reach.squareRoot()
            let left = max(0, Int(centerX - half))
            let right = min(width - 1, Int(centerX + half))
            guard left <= right else { continue }
            pixels.withUnsafeMutableBufferPointer { buffer in
                (buffer.baseAddress! + row * width + left).update(repeating: value, count: right - left + 1)
            }
        }
    }

    /// Adds noise and keeps within the range.
    mutating func finish(seed: UInt64, deviation: Double, range: ClosedRange<Int>) {
        var noise = Noise(seed: seed, deviation: deviation)
        pixels.withUnsafeMutableBufferPointer { buffer in
            for index in 0..<buffer.count {
                let value = Int(buffer[index]) + noise.next()
                buffer[index] = Int16(truncatingIfNeeded: min(max(value, range.lowerBound), range.upperBound))
            }
        }
    }

    /// Two bytes a pixel, little endian.
    var words: [UInt8] {
        pixels.withUnsafeBytes { Array($0) }
    }

    var bytes: [UInt8] { pixels.map { UInt8(clamping: $0) } }
}
