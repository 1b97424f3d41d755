import GLES
import NeuralGraph

/// The frame's luma on the GPU: 8 bits a pixel, as it came from the camera.
package final class LumaTexture {
  private let context: GLContext
  private var texture: Owned<Texture>?

  /// No frame yet.
  package init(_ context: GLContext) { self.context = context }

  /// The uploaded frame's width and height in pixels; zero before the first.
  package var size: (width: Int, height: Int) { (texture?.value.width ?? 0, texture?.value.height ?? 0) }

  /// Copies a frame to the GPU. A texture is made for the first frame and when the size changes.
  package func upload(_ plane: LumaPlane) throws(ShaderError) {
    do {
      if size != (plane.width, plane.height) {
        texture = Owned(try Texture(context, width: plane.width, height: plane.height, format: .r8))
      }
      let bytes = UnsafeRawBufferPointer(
        start: plane.pixels, count: plane.stride * (plane.height - 1) + plane.width)
      try texture?.value.upload(bytes, rowStride: plane.stride)
    } catch {
      throw .gl(error)
    }
  }

  func bind(unit: Int) { texture?.value.bind(unit: unit) }
}
