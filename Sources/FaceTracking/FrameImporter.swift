import FaceCore
import GLES
import ShaderInference

/// Images on a camera's buffers, one each, made when a buffer first comes and kept while its camera is open.
///
/// What a driver says of dma-bufs is not trusted: in the first frames of a camera each image is compared with what the CPU sees.
/// On the first failure or difference there are no images any more, for good. `Image` is a texture; tests have their own.
/// Used from one thread; allocates nothing once all buffers have come.
final class FrameImporter<Image> {
  /// The frames that are compared, not counting those whose pixels are all alike, which prove little: each of four buffers comes
  /// several times, since caches that are not in step show only in a buffer that was read before.
  static var comparisons: Int { 12 }

  private let make: (CameraBuffer) throws(ShaderError) -> Image
  private let agrees: (Image, CameraBuffer) throws(ShaderError) -> Bool
  private var images: [(buffer: CameraBuffer, image: Image)] = []
  private var comparisonsLeft = FrameImporter.comparisons
  /// Whether images can be had.
  private(set) var state: FrameImport

  /// - Parameters:
  ///   - state: refused for a renderer that is known not to import.
  ///   - make: imports a buffer.
  ///   - agrees: compares an image with what the CPU sees.
  init(
    state: FrameImport = .possible, make: @escaping (CameraBuffer) throws(ShaderError) -> Image,
    agrees: @escaping (Image, CameraBuffer) throws(ShaderError) -> Bool
  ) {
    (self.state, self.make, self.agrees) = (state, make, agrees)
  }

  /// How many images there are.
  var count: Int { images.count }
  /// Whether all frames so far were compared, and more will be.
  var isComparing: Bool { comparisonsLeft > 0 }

  /// The image on a buffer; nil where its frame has to be copied.
  func image(of buffer: CameraBuffer) -> Image? {
    guard state == .possible else { return nil }
    do throws(ShaderError) {
      let image = try known(buffer)
      guard comparisonsLeft > 0 else { return image }
      if !buffer.isUniform { comparisonsLeft -= 1 }
      if try agrees(image, buffer) { return image }
      refuse("the renderer sees other pixels in the camera's buffer than the CPU")
    } catch { refuse("\(error)") }
    return nil
  }

  /// Lets go of the buffers of cameras that are closed.
  func dropRetired() {
    if images.contains(where: { $0.buffer.isRetired }) { images.removeAll { $0.buffer.isRetired } }
  }

  private func known(_ buffer: CameraBuffer) throws(ShaderError) -> Image {
    for entry in images where entry.buffer === buffer { return entry.image }
    dropRetired()
    if images.isEmpty { comparisonsLeft = Self.comparisons }
    let image = try make(buffer)
    images.append((buffer, image))
    return image
  }

  private func refuse(_ reason: String) {
    state = .refused(reason)
    images = []
  }
}

extension FrameImporter where Image == ImportedLuma {
  /// Imports textures into a context.
  convenience init(_ context: GLContext, programs: ProgramCache, asked: FrameImport? = FrameImport.asked()) {
    self.init(
      state: asked ?? context.importProblem.map { .refused($0) } ?? .possible,
      make: { (buffer) throws(ShaderError) in
        try ImportedLuma(
          context, descriptor: buffer.descriptor, width: buffer.layout.width, height: buffer.layout.height,
          stride: buffer.layout.stride, step: buffer.layout.step)
      },
      agrees: { (image, buffer) throws(ShaderError) in
        try image.shows(buffer.pixels, stride: buffer.layout.stride, step: buffer.layout.step, programs: programs)
      })
  }
}
