export * from "@realmwright/kits";
