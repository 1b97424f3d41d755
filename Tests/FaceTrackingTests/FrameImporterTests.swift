import FaceCore
import GLES
import ShaderInference
import Testing

@testable import FaceTracking

/// Which frames are read in the camera's buffers, with images of the test's own making.
@Suite struct FrameImporterTests {
  /// Stands for a texture.
  final class Image {
    let buffer: ObjectIdentifier
    init(_ buffer: CameraBuffer) { self.buffer = ObjectIdentifier(buffer) }
  }

  /// What a renderer does; counts what it was asked.
  final class Renderer {
    var imports = 0, comparisons = 0
    var refusesImport = false
    /// The comparison that finds a difference.
    var differs: Int?

    func importer() -> FrameImporter<Image> {
      FrameImporter(
        make: { [self] (buffer) throws(ShaderError) in
          imports += 1
          if refusesImport { throw .gl(.importRefused(problem: "64×48 gr88, stride 130: EGL error 0x300c")) }
          return Image(buffer)
        },
        agrees: { [self] (image, buffer) throws(ShaderError) in
          comparisons += 1
          #expect(image.buffer == ObjectIdentifier(buffer))
          return comparisons != differs
        })
    }
  }

  /// Buffers of two pixels of these values.
  static func buffers(_ luma: [UInt8] = [1, 2]) -> [CameraBuffer] {
    (0..<4).map { number in
      let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: 4)
      for index in 0..<4 { pixels[index] = index % 2 == 0 ? luma[index / 2] : UInt8(number + index) }
      nonisolated(unsafe) let memory = pixels
      return CameraBuffer(
        layout: .init(width: 2, height: 1, stride: 4, step: 2), descriptor: -1, pixels: pixels,
        end: { memory.deallocate() })
    }
  }

  @Test func aBufferIsImportedOnceAndTheFirstFramesAreCompared() {
    let renderer = Renderer()
    let importer = renderer.importer()
    let buffers = Self.buffers()
    for frame in 0..<100 {
      let buffer = buffers[frame % 4]
      #expect(importer.image(of: buffer)?.buffer == ObjectIdentifier(buffer))
      #expect(importer.isComparing == (frame + 1 < 12))
    }
    #expect(renderer.imports == 4 && renderer.comparisons == 12 && importer.count == 4)
    #expect(importer.state == .possible)
  }

  @Test func framesThatAreAllAlikeProveNothing() {
    let renderer = Renderer()
    let importer = renderer.importer()
    let (black, lit) = (Self.buffers([16, 16]), Self.buffers())
    for frame in 0..<40 { _ = importer.image(of: black[frame % 4]) }
    #expect(renderer.comparisons == 40 && importer.isComparing)
    for frame in 0..<40 { _ = importer.image(of: lit[frame % 4]) }
    #expect(renderer.comparisons == 52 && !importer.isComparing)
  }

  @Test(arguments: [1, 5, 12]) func oneDifferenceEndsItForGood(differs: Int) {
    let renderer = Renderer()
    renderer.differs = differs
    let importer = renderer.importer()
    let buffers = Self.buffers()
    for frame in 1...30 { #expect((importer.image(of: buffers[frame % 4]) != nil) == (frame < differs)) }
    #expect(renderer.comparisons == differs && importer.count == 0)
    #expect(importer.state == .refused("the renderer sees other pixels in the camera's buffer than the CPU"))
  }

  @Test func anImportThatIsRefusedIsNotTriedAgain() {
    let renderer = Renderer()
    renderer.refusesImport = true
    let importer = renderer.importer()
    for buffer in Self.buffers() { #expect(importer.image(of: buffer) == nil) }
    #expect(renderer.imports == 1 && renderer.comparisons == 0)
    #expect(
      importer.state == .refused("no import of a dma-buf: 64×48 gr88, stride 130: EGL error 0x300c"))
  }

  @Test func theNextCameraIsComparedAnewAndTheLastOnesBuffersGo() {
    let renderer = Renderer()
    let importer = renderer.importer()
    let first = Self.buffers()
    for frame in 0..<20 { _ = importer.image(of: first[frame % 4]) }
    importer.dropRetired()
    #expect(importer.count == 4)
    for buffer in first { buffer.retire() }
    let second = Self.buffers()
    #expect(importer.image(of: second[0]) != nil)
    #expect(importer.count == 1 && importer.isComparing && renderer.comparisons == 13)
    for buffer in second { buffer.retire() }
    importer.dropRetired()
    #expect(importer.count == 0)
  }

  @Test func theEnvironmentAsksForCopies() {
    #expect(FrameImport.asked(["GURN_FRAMES": "copy"]) == .refused("GURN_FRAMES=copy asks for it"))
    #expect(FrameImport.asked([:]) == nil)
  }
}
