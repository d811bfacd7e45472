extension ProviderRegistry {
    /// All that this program has, in the order in which they are taken where nobody chose; tests add to it.
    @TaskLocal public static var standard = ProviderRegistry([
        MultipassProvider.entry, NamespaceProvider.entry, BaremetalProvider.entry,
    ])

    /// In the order in which they are taken where nobody chose.
}

extension ProviderName: CaseIterable {
    /// Those of this program.
    public static var allCases: [ProviderName] { ProviderRegistry.standard.names }
}
