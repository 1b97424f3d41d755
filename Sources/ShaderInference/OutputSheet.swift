import GLES
import NeuralGraph

/// The one small texture that outputs are gathered in and read back from, four elements a texel.
package final class OutputSheet {
  let texture: Owned<Texture>
  let framebuffer: Owned<Framebuffer>
  /// Texels.
  package let rows: Int
  /// Texels.
  package let columns: Int
  /// Whether it can be read as floats; what else it may be is turned into floats on the CPU.
  var isFloat: Bool { ![.rgba8, .rgba32ui].contains(texture.value.format) }
  /// Floats of the whole sheet.
  package var count: Int { rows * columns * 4 }
  /// Where formats that are no floats are read to.
  private var words: [UInt32] = []

  /// Makes a sheet of that many rows, all zero.
  package init(
    _ context: GLContext, columns: Int = PassPlan.sheetColumns, rows: Int, format: Texture.Format
  ) throws(ShaderError) {
    do {
      // An array, so that it is sampled as all tensors are.
      let layers = format.texelsABlock
      let texture = Owned(try Texture(context, width: columns, height: rows, layers: layers, format: format))
      try texture.value.clearToZero()
      framebuffer = Owned(
        try Framebuffer(context, colors: (0..<layers).map { texture.value.attachment(layer: $0) }))
      self.texture = texture
    } catch {
      throw .gl(error)
    }
    self.rows = rows
    self.columns = columns
    if format == .rgba8 { words = [UInt32](repeating: 0, count: rows * columns) }
  }

  /// Reads all elements, row by row; waits for the GPU.
  package func read(into elements: inout [Float]) throws(ShaderError) {
    do {
      if texture.value.format == .rgba8 { return try readHalves(into: &elements) }
      let format: Framebuffer.ReadFormat = texture.value.format == .rgba32ui ? .rgba32ui : .rgba32f
      try elements.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
        try framebuffer.value.readPixels(
          width: columns, height: rows, format: format, into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw .gl(error)
    }
  }

  /// Two halves in the bytes of each texel: the first two channels in the first attachment, the others in the second.
  private func readHalves(into elements: inout [Float]) throws(GLError) {
    for pair in 0..<2 {
      try words.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
        try framebuffer.value.readPixels(
          width: columns, height: rows, attachment: pair, format: .rgba8, into: UnsafeMutableRawBufferPointer(buffer))
      }
      for index in words.indices {
        let word = UInt32(littleEndian: words[index])
        elements[4 * index + 2 * pair] = HalfPrecision.float(UInt16(truncatingIfNeeded: word))
        elements[4 * index + 2 * pair + 1] = HalfPrecision.float(UInt16(truncatingIfNeeded: word >> 16))
      }
    }
  }
}
