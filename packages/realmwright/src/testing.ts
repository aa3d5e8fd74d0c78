export * from "@realmwright/testkit";
