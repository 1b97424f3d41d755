import Capture
import FaceCore
import GLES
import Glibc
import NeuralGraph
import Testing

@testable import FaceTracking

/// The shipped networks on frames that are imported: they must say what they say of frames that are uploaded.
@Suite struct FrameImportTests {
  /// A buffer as a camera's, of memory that software renderers import, with a frame's luma in every other byte.
  static func buffer(of frame: Frame) -> CameraBuffer {
    let stride = frame.width * 2
    var path = Array("/dev/shm/gurn-frame-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    unlink(path)
    _ = ftruncate(descriptor, stride * frame.height)
    let address = mmap(nil, stride * frame.height, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)!
    let bytes = address.assumingMemoryBound(to: UInt8.self)
    for y in 0..<frame.height {
      for x in 0..<frame.width { bytes[y * stride + 2 * x] = frame.pixels[y * frame.stride + x] }
    }
    let count = stride * frame.height
    nonisolated(unsafe) let memory = address
    return CameraBuffer(
      layout: .init(width: frame.width, height: frame.height, stride: stride, step: 2), descriptor: descriptor,
      pixels: bytes,
      end: {
        munmap(memory, count)
        close(descriptor)
      })
  }

  @Test(.enabled(if: BackendAgreementTests.hasGL)) func importedFramesReadAsUploadedOnes() throws {
    let networks = try FaceNetworks(folder: BackendAgreementTests.root.appending(path: "Models/lite").path())
    let backend = try ShaderBackend(networks: networks)
    guard backend.frameImport == .possible else { return print("skip: \(backend.frameImport)") }
    let uploads = FaceTracker(networks: networks, backend: backend, configuration: .init())
    let imports = FaceTracker(networks: networks, backend: backend, configuration: .init())
    let clip = try VideoFile(path: BackendAgreementTests.root.appending(path: "Tests/Fixtures/speech.mp4").path())
    var faces = 0
    for _ in 0..<6 {
      guard case .frame(let frame) = try clip.next() else { break }
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      let uploaded = try uploads.read(plane, at: frame.time)
      let buffer = Self.buffer(of: frame)
      guard let imported = try imports.read(buffer, at: frame.time) else {
        return print("skip: \(backend.frameImport)")
      }
      #expect(imported.observation == uploaded.observation)
      faces += imported.observation.isPresent ? 1 : 0
      #expect(backend.hasBuffers)
      buffer.retire()
      imports.reset()
      uploads.reset()
      #expect(!backend.hasBuffers)
    }
    #expect(faces == 6)
  }
}
