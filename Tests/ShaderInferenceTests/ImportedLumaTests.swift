import GLES
import Glibc
import NeuralGraph
import Testing

@testable import ShaderInference

/// Luma in memory that is imported, not copied. Mesa's software renderer (25.0) imports whatever can be mapped, files too; where
/// nothing can be imported these tests print why.
@Suite struct ImportedLumaTests {
  /// Memory with a descriptor, filled with noise.
  final class Memory {
    let descriptor: Int32
    let bytes: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ count: Int, seed: UInt32 = 1) {
      self.count = count
      var path = Array("/dev/shm/gurn-luma-XXXXXX".utf8CString)
      descriptor = mkstemp(&path)
      unlink(path)
      _ = ftruncate(descriptor, count)
      let address = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)!
      bytes = address.assumingMemoryBound(to: UInt8.self)
      fill(seed)
    }

    deinit {
      munmap(bytes, count)
      close(descriptor)
    }

    func fill(_ seed: UInt32) {
      var state = seed
      for index in 0..<count {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes[index] = UInt8(truncatingIfNeeded: state >> 24)
      }
    }
  }

  /// An import, or nil, saying why, where there is none.
  static func importing(
    _ context: GLContext, _ memory: Memory, width: Int, height: Int, stride: Int, step: Int, test: String = #function
  ) throws -> ImportedLuma? {
    do {
      return try ImportedLuma(
        context, descriptor: memory.descriptor, width: width, height: height, stride: stride, step: step)
    } catch ShaderError.gl(.importRefused(let problem)) {
      print("skip \(test): \(problem)")
      return nil
    }
  }

  @Test(arguments: [(64, 48, 64, 1), (64, 48, 128, 2), (60, 37, 192, 1), (62, 3, 192, 2)])
  func shadersSeeWhatTheCPUSeesEvenWhenItChanges(width: Int, height: Int, stride: Int, step: Int) throws {
    guard let context = try? GLContext() else { return print("skip: no context") }
    let memory = Memory(stride * height)
    guard let luma = try Self.importing(context, memory, width: width, height: height, stride: stride, step: step)
    else { return }
    let programs = ProgramCache(context)
    for seed: UInt32 in 1...3 {
      memory.fill(seed)
      #expect(try luma.shows(memory.bytes, stride: stride, step: step, programs: programs))
    }
    let other = Memory(stride * height, seed: 3)
    #expect(try luma.shows(other.bytes, stride: stride, step: step, programs: programs))
    other.bytes[(height - 1) * stride + (width - 1) * step] ^= 1
    #expect(try !luma.shows(other.bytes, stride: stride, step: step, programs: programs))
  }

  @Test func anUploadedFrameTakesTheImportedOnesPlace() throws {
    guard let context = try? GLContext() else { return print("skip: no context") }
    let memory = Memory(64 * 48)
    guard let imported = try Self.importing(context, memory, width: 64, height: 48, stride: 64, step: 1) else { return }
    let luma = LumaTexture(context)
    try luma.upload(LumaPlane(pixels: memory.bytes, width: 32, height: 16, stride: 64))
    luma.show(imported)
    #expect(luma.size == (64, 48))
    luma.hide()
    #expect(luma.size == (32, 16))
    luma.show(imported)
    try luma.upload(LumaPlane(pixels: memory.bytes, width: 32, height: 16, stride: 64))
    #expect(luma.size == (32, 16))
  }

  @Test func whatIsNoDMABufIsRefused() throws {
    guard let context = try? GLContext() else { return print("skip: no context") }
    let error = #expect(throws: ShaderError.self) {
      _ = try ImportedLuma(context, descriptor: -1, width: 64, height: 48, stride: 64, step: 1)
    }
    guard case .gl(.importRefused(let problem)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problem == context.importProblem || problem.hasPrefix("64×48 r8, stride 64: EGL error 0x"), "\(problem)")
    // The context is as good as before.
    try context.checkErrors("after a refusal")
  }
}
