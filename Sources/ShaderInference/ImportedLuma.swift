import GLES
import NeuralGraph

/// A frame's luma where the camera's driver left it: a texture on its buffer, made once and seen anew in each frame.
///
/// Made, used and let go on its context's thread.
package final class ImportedLuma {
  let texture: ImportedTexture
  private let context: GLContext

  /// Imports a dma-buf that begins with luma: `step` bytes from one pixel to the next, 1 or 2, `stride` from row to row.
  ///
  /// - Throws: ``ShaderError/gl(_:)`` where the driver refuses.
  package init(
    _ context: GLContext, descriptor: Int32, width: Int, height: Int, stride: Int, step: Int
  ) throws(ShaderError) {
    self.context = context
    do {
      texture = try ImportedTexture(
        context, descriptor: descriptor, width: width, height: height, stride: stride, format: step == 2 ? .gr88 : .r8)
    } catch { throw .gl(error) }
  }

  /// Whether shaders see exactly these pixels; draws the whole frame and reads it back.
  ///
  /// - Parameters:
  ///   - pixels: what the CPU sees.
  ///   - programs: of the same context.
  package func shows(
    _ pixels: UnsafePointer<UInt8>, stride: Int, step: Int, programs: ProgramCache
  ) throws(ShaderError) -> Bool {
    let (width, height) = (texture.width, texture.height)
    var geometry = PassGeometry()
    geometry.tile = SIMD4(0, 0, Float(width), Float(height))
    geometry.targetSize = SIMD2(Float(width), Float(height))
    geometry.sourceSize = geometry.targetSize
    do {
      let target = try Texture(context, width: width, height: height, format: .rgba8)
      let framebuffer = Owned(try Framebuffer(context, colors: [target.attachment()]))
      let pass = BoundPass(
        try programs.program(.lumaCopy, [:], blocks: 1), geometry: geometry, inputs: [], framebuffer: framebuffer,
        instances: 1)
      context.apply(DrawState())
      texture.bind(unit: ShaderPass.Sampler.luma.rawValue)
      pass.draw(try VertexArray(context))
      let seen = try framebuffer.value.readBytes()
      for y in 0..<height {
        for x in 0..<width where seen[4 * (y * width + x)] != pixels[y * stride + x * step] { return false }
      }
      return true
    } catch { throw .gl(error) }
  }
}
