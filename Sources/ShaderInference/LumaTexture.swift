import GLES
import NeuralGraph

/// The frame's luma on the GPU: 8 bits a pixel, as it came from the camera; copied there, or read in the camera's buffer.
package final class LumaTexture {
  private let context: GLContext
  private var texture: Owned<Texture>?
  private var imported: ImportedLuma?

  /// No frame yet.
  package init(_ context: GLContext) { self.context = context }

  /// The frame's width and height in pixels; zero before the first.
  package var size: (width: Int, height: Int) {
    if let imported { return (imported.texture.width, imported.texture.height) }
    return uploadedSize
  }

  private var uploadedSize: (width: Int, height: Int) { (texture?.value.width ?? 0, texture?.value.height ?? 0) }

  /// Takes the frame from a camera's buffer, which stays as it is until the outputs have been read back.
  package func show(_ luma: ImportedLuma) { imported = luma }

  /// Lets go of the frame that was shown; the next one has to come before the next draw.
  package func hide() { imported = nil }

  /// Copies a frame to the GPU. A texture is made for the first frame and when the size changes.
  package func upload(_ plane: LumaPlane) throws(ShaderError) {
    imported = nil
    do {
      if uploadedSize != (plane.width, plane.height) {
        texture = Owned(try Texture(context, width: plane.width, height: plane.height, format: .r8))
      }
      let bytes = UnsafeRawBufferPointer(
        start: plane.pixels, count: plane.stride * (plane.height - 1) + plane.width)
      try texture?.value.upload(bytes, rowStride: plane.stride)
    } catch {
      throw .gl(error)
    }
  }

  func bind(unit: Int) {
    if let imported { imported.texture.bind(unit: unit) } else { texture?.value.bind(unit: unit) }
  }
}
