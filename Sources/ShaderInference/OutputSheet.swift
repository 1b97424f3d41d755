import GLES

/// The one small texture that outputs are gathered in and read back from: 32 texels a row, four elements a texel.
package final class OutputSheet {
  let texture: Owned<Texture>
  let framebuffer: Owned<Framebuffer>
  /// Rows of 32 texels.
  package let rows: Int
  /// Floats of the whole sheet.
  package var count: Int { rows * PassPlan.sheetColumns * 4 }

  /// Makes a sheet of that many rows, all zero.
  package init(_ context: GLContext, rows: Int, format: Texture.Format) throws(ShaderError) {
    do {
      // An array of one layer, so that it is sampled as all tensors are.
      let texture = Owned(
        try Texture(context, width: PassPlan.sheetColumns, height: rows, layers: 1, format: format))
      framebuffer = Owned(try Framebuffer(context, colors: [texture.value.attachment(layer: 0)]))
      self.texture = texture
    } catch {
      throw .gl(error)
    }
    self.rows = rows
    framebuffer.value.clear()
  }

  /// Reads all elements, row by row; waits for the GPU.
  package func read(into elements: inout [Float]) throws(ShaderError) {
    do {
      try elements.withUnsafeMutableBufferPointer { (buffer) throws(GLError) in
        try framebuffer.value.readPixels(
          width: PassPlan.sheetColumns, height: rows, format: .rgba32f, into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw .gl(error)
    }
  }
}
