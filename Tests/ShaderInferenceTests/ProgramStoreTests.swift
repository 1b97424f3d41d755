import Foundation
import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

/// Programs on disk: whatever happens to them costs time only.
@Suite struct ProgramStoreTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gurn-programs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func hash(_ text: String) -> SourceHash {
    var hash = SourceHash()
    hash.add(text)
    return hash
  }

  private let one = ProgramBinary(format: 7, bytes: Array(0..<200))
  private let two = ProgramBinary(format: 9, bytes: [1])

  private func filled(_ path: String) -> ProgramStore {
    let store = ProgramStore(path: path)
    store.add(one, hash("one"))
    store.add(two, hash("two"))
    #expect(store.save())
    return store
  }

  @Test func whatIsSavedIsThereAtTheNextStart() throws {
    try withFolder { folder in
      let path = folder.appending(path: "a/b.bin").path
      _ = filled(path)
      let next = ProgramStore(path: path)
      #expect(next.count == 2 && next.binary(hash("one")) == one && next.binary(hash("two")) == two)
      #expect(next.binary(hash("three")) == nil)
    }
  }

  @Test func everyTruncationAndEveryFlippedBitIsFound() throws {
    try withFolder { folder in
      let path = folder.appending(path: "b.bin").path
      _ = filled(path)
      let data = try Data(contentsOf: URL(filePath: path))
      #expect(ProgramStore.decode(data)?.count == 2)
      for length in 0..<data.count { #expect(ProgramStore.decode(data.prefix(length)) == nil) }
      for index in data.indices {
        var damaged = data
        damaged[index] ^= 1 << (index % 8)
        #expect(ProgramStore.decode(damaged) == nil, "byte \(index)")
      }
      #expect(ProgramStore.decode(data + [0]) == nil)
    }
  }

  @Test func aDamagedFileIsDiscardedAndReplaced() throws {
    try withFolder { folder in
      let path = folder.appending(path: "b.bin").path
      _ = filled(path)
      try Data("nonsense".utf8).write(to: URL(filePath: path))
      #expect(ProgramStore(path: path).count == 0)
      #expect(!FileManager.default.fileExists(atPath: path))
      _ = filled(path)
      #expect(ProgramStore(path: path).count == 2)
    }
  }

  @Test func whatAKilledWriterLeftHarmsNobody() throws {
    try withFolder { folder in
      let path = folder.appending(path: "b.bin").path
      _ = filled(path)
      try Data("half".utf8).write(to: URL(filePath: path + ".part"))
      let store = ProgramStore(path: path)
      #expect(store.count == 2)
      store.add(two, hash("three"))
      // It may still be at work.
      #expect(!store.save())
      #expect(ProgramStore(path: path).count == 2)
      let past = Date(timeIntervalSinceNow: -600)
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path + ".part")
      #expect(store.save())
      #expect(ProgramStore(path: path).count == 3)
    }
  }

  @Test func aFolderThatCantBeMadeCostsOnlyTheSaving() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let file = folder.appending(path: "file")
      try Data([1]).write(to: file)
      let store = ProgramStore(path: file.appending(path: "below/b.bin").path)
      store.add(one, hash("one"))
      #expect(!store.save() && store.binary(hash("one")) == one)
    }
  }

  @Test func onlyTheNewestFilesAreKept() throws {
    try withFolder { folder in
      for number in 0..<12 { _ = filled(folder.appending(path: "\(number).bin").path) }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.count == 8)
    }
  }

  @Test func theFolderIsTheXDGOne() {
    #expect(ProgramStore.cacheFolder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c")
    #expect(ProgramStore.cacheFolder(["XDG_CACHE_HOME": "c", "HOME": "/h"]) == "/h/.cache")
    #expect(ProgramStore.cacheFolder([:]) == nil)
  }

  @Test func programsComeBackFromTheStoreAndForeignOnesAreCompiled() throws {
    guard let context = testContext() else { return }
    try withFolder { folder in
      let path = folder.appending(path: "b.bin").path
      func compile(_ store: ProgramStore) throws -> ProgramCache {
        let programs = ProgramCache(context, store: store)
        #expect(CapabilityProbe.frame(.software, programs).passed)
        programs.save()
        return programs
      }
      let first = try compile(ProgramStore(path: path))
      #expect(first.compiled > 0 && first.loaded == 0)
      let store = ProgramStore(path: path)
      guard store.count > 0 else { return print("skip: this driver gives no program binaries away") }
      let second = try compile(store)
      #expect(second.loaded == first.compiled && second.compiled == 0)
    }
    let foreign = ProgramBinary(format: 1, bytes: [1, 2, 3])
    if case .some = ShaderProgram(context, name: "foreign", binary: foreign) {
      Issue.record("the driver took bytes that are no program")
    }
  }
}
